async def test_put():
    assert 1 + 1 == 2
