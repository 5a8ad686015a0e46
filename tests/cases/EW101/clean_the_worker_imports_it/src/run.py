def suite():
    import pytest

    from acme_tools.report import write

    return write(pytest.main([]))
