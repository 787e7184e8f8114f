# Watchfloor: make run and make test do all the set-up themselves.
#   make run     open the window on the simulated tenant (ARGS= passes flags on);
#                without a display the same job headless, into out/
#   make test    everything that needs no network
#   make bench   the figures of docs/benchmarks.md, as ratios taken in one run
#   make soak    the release doses of the tests of the goals: hours
#   make fuzz    each fuzz target for FUZZTIME (20s; before a release 10m)
#   make lint    gofumpt, go vet, staticcheck, gosec, govulncheck, the laws of imports
#   make release bin/watchfloor as it is shipped: the same bytes from the same commit
#   make sbom    the modules in bin/watchfloor, CycloneDX, into bin/
#   make shots   every screen into docs/screens, from a fixed seed and clock
#   make deps    only the set-up

TAGS := migrated_fynedo,sqlite_fts5
export GOFLAGS := -buildvcs=false -tags=$(TAGS)
export CGO_ENABLED := 1

BIN := bin/watchfloor
FUZZTIME := 20s
SHOTS_SEED := 7
SHOTS_AT := 2026-03-12T09:30:00Z

.PHONY: run test soak fuzz bench lint shots deps build release sbom clean

run: build
	@.ci/start $(BIN) $(ARGS)

build: deps
	go build -o $(BIN) .

deps:
	@.ci/deps

test: deps
	go vet -race ./...  # with -race it shares what the tests compile
	go test -race -timeout 40m ./...

soak: deps
	WATCHFLOOR_SOAK=1 go test -run Goal -timeout 10h ./...

fuzz: deps
	@.ci/fuzz $(FUZZTIME)

bench: deps
	go test -run '^$$' -bench . -benchtime 1x -timeout 60m ./...

lint: deps
	@.ci/lint

# -trimpath takes the folder out of Go code and of the debug lines of C code alike.
release: deps
	go build -trimpath -buildvcs=false -ldflags="-buildid= -s -w" -o $(BIN) .

sbom: release
	$(BIN) version --sbom > bin/watchfloor.cdx.json

shots: build
	$(BIN) shots --simulated --seed $(SHOTS_SEED) --at $(SHOTS_AT) --dir docs/screens

clean:
	rm -rf bin out
