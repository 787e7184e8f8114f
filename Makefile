# Watchfloor: make run and make test do all the set-up themselves.
#   make run     open the window on the simulated tenant (ARGS= passes flags on);
#                without a display the same job headless, into out/
#   make test    everything that needs no network
#   make bench   the figures of docs/benchmarks.md, as ratios taken in one run
#   make lint    gofmt, go vet, staticcheck
#   make shots   every screen into docs/screens, from a fixed seed and clock
#   make deps    only the set-up

TAGS := migrated_fynedo,sqlite_fts5
export GOFLAGS := -buildvcs=false -tags=$(TAGS)
export CGO_ENABLED := 1

BIN := bin/watchfloor
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2
SHOTS_SEED := 7
SHOTS_AT := 2026-03-12T09:30:00Z

.PHONY: run test bench lint shots deps build clean

run: build
	@.ci/start $(BIN) $(ARGS)

build: deps
	go build -o $(BIN) .

deps:
	@.ci/deps

test: deps
	go vet -race ./...  # with -race it shares what the tests compile
	go test -race -timeout 40m ./...

bench: deps
	go test -run '^$$' -bench . -benchtime 1x -timeout 60m ./...

lint: deps
	@.ci/lint $(STATICCHECK)

shots: build
	$(BIN) shots --simulated --seed $(SHOTS_SEED) --at $(SHOTS_AT) --dir docs/screens

clean:
	rm -rf bin out
