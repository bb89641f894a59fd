# make run     build everything, as for tests because that is quick, and serve the site with the demo courses
# make test    every check; FAST=1 leaves out PostgreSQL and the browser
# make bench   the load driver's table
# make fmt     put the sources in order
# make lint    the checks that run nothing
# make build   the release program, as people install it

.PHONY: run test bench fmt lint build

run:
	scripts/frontend.sh
	cargo run -p momentum -- serve --demo $(ARGS)

test:
	@scripts/test.sh

# Both in one build: alone, the driver would have some dependencies compiled once more, with fewer features.
bench:
	scripts/frontend.sh
	cargo build --release -p momentum -p momentum-bench
	target/release/momentum-bench $(ARGS)

fmt:
	cargo fmt --all
	@if [ -x frontend/node_modules/.bin/biome ]; then cd frontend && node_modules/.bin/biome check --write; fi

lint:
	@scripts/test.sh format frontend lint scripts

build:
	scripts/frontend.sh
	cargo build --release -p momentum
