"""The commands that write what a Worker deploys."""
