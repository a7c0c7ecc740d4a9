"""Show what was paid and why: statements, charts, a team's dashboard, a workbook; in English and Chinese.

Everything here reads results and recomputes none of them. What it needs beside the library comes with the extra `report`.
"""
