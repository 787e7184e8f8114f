package work

import "sync"

// Saver writes values behind the UI's back, in order, the last value of a key
// winning over those not yet written. Safe for concurrent use.
type Saver struct {
	write   func(key, value string)
	mu      sync.Mutex
	idle    *sync.Cond
	pending []string
	values  map[string]string
	running bool
}

// NewSaver returns a saver that calls write on its own goroutine, one call at a time.
func NewSaver(write func(key, value string)) *Saver {
	s := &Saver{write: write, values: map[string]string{}}
	s.idle = sync.NewCond(&s.mu)
	return s
}

// Save notes the value and returns at once.
func (s *Saver) Save(key, value string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, waits := s.values[key]; !waits {
		s.pending = append(s.pending, key)
	}
	s.values[key] = value
	if !s.running {
		s.running = true
		go s.loop()
	}
}

func (s *Saver) loop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(s.pending) > 0 {
		key := s.pending[0]
		value := s.values[key]
		s.pending = s.pending[1:]
		delete(s.values, key)
		s.mu.Unlock()
		s.write(key, value)
		s.mu.Lock()
	}
	s.running = false
	s.idle.Broadcast()
}

// Flush returns when everything saved before it is written.
func (s *Saver) Flush() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.running {
		s.idle.Wait()
	}
}
