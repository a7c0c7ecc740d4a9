from pathlib import Path

import pytest

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "real"


@pytest.fixture
def real_data() -> Path:
    """Give the folder with the two public data sets, which lies beside the project on the authors' machines only."""
    if not DATA.is_dir():
        pytest.skip("the public data sets are not beside the project")
    return DATA
