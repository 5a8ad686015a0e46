import core.a


async def on_fetch(request, env):
    return None
