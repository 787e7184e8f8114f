package main

import (
	"context"

	"watchfloor/data/keyslot"
	"watchfloor/ui/cli"
)

// fleeting are the tenants whose caches end with this process; nil where none does.
func (s *session) fleeting() *cli.Fleeting {
	var of []*tenant
	var names []string
	for _, t := range s.open() {
		if t.place == keyslot.Session {
			of, names = append(of, t), append(names, t.about().Name)
		}
	}
	if len(of) == 0 {
		return nil
	}
	return &cli.Fleeting{Tenants: names, Unsent: func(ctx context.Context) (n int, err error) {
		for _, t := range of {
			c, err := t.waiting(ctx)
			if err != nil {
				return n, err
			}
			n += c.Waiting() + c.Conflict + c.Failed
		}
		return n, nil
	}}
}

// ending reports a tenant whose cache ends with this process.
func (s *session) ending() bool { return s.fleeting() != nil }
