import lib


async def on_fetch(request, env):
    return None
