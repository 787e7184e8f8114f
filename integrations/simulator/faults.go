package simulator

import "net/http"

// Faults says what goes wrong. (grown later)
type Faults struct{}

type faultBox struct{}

func newFaultBox(Faults, int64) *faultBox { return &faultBox{} }

func (*faultBox) takeChallenge(*minter) bool                     { return false }
func (s *Server) faulty(h http.Handler) http.Handler             { return h }
func (s *Server) control(w http.ResponseWriter, r *http.Request) {}

func (*faultBox) takeStale() bool   { return false }
func (*faultBox) takeOdd(bool) bool { return false }

const oddSentinelRows, oddGraphRows = 0, 0

func (t *tenant) oddSentinel(j *jw, i int32, n int) {}
func (t *tenant) oddGraph(j *jw, i int32, n int)    {}
