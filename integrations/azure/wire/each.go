package wire

import (
	"encoding/json"
	"runtime"
	"sync"
)

// Decoded is one row and whether it was odd.
type Decoded[T any] struct {
	Row T
	Odd bool
}

// batch is how many rows a worker takes at once.
const batch = 16

// Each decodes the rows of a page side by side on at most four processors and returns
// them in the order of the page. decode must be pure.
func Each[T any](rows []json.RawMessage, decode func([]byte) (T, bool)) []Decoded[T] {
	out := make([]Decoded[T], len(rows))
	work := func(from, to int) {
		for n := from; n < to; n++ {
			out[n].Row, out[n].Odd = decode(rows[n])
		}
	}
	workers := min(4, runtime.GOMAXPROCS(0), (len(rows)+batch-1)/batch)
	if workers < 2 {
		work(0, len(rows))
		return out
	}
	var wg sync.WaitGroup
	starts := make(chan int, (len(rows)+batch-1)/batch)
	for from := 0; from < len(rows); from += batch {
		starts <- from
	}
	close(starts)
	for range workers {
		wg.Go(func() {
			for from := range starts {
				work(from, min(from+batch, len(rows)))
			}
		})
	}
	wg.Wait()
	return out
}
