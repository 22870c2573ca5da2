"""PostgreSQL and Valkey from Python wheels, for the demo and the tests: nothing to install beside Python."""
