xxx
