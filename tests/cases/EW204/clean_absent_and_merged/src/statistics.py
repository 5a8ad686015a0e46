# nothing imports it
