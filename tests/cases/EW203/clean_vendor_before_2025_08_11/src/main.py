import vendored


async def on_fetch(request, env):
    return None
