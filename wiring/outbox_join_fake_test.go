package wiring_test

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"watchfloor/app"
)

// remote is the service with what its product can do besides.
func (s *service) remote() app.Remote {
	if s.id == app.Sentinel {
		return tasking{s}
	}
	return merging{s}
}

// tasking keeps tasks, with ids chosen by the client and ETags.
type tasking struct{ *service }

// merging joins incidents, without any id of the client.
type merging struct{ *service }

var (
	_ app.Tasker = tasking{}
	_ app.Merger = merging{}
)

func (s tasking) Tasks(ctx context.Context, id string) ([]app.Task, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	what, err := s.call(ctx, "tasks", false)
	if err != nil {
		return nil, err
	}
	r := s.rows[id]
	if r == nil {
		return nil, s.gone()
	}
	return append([]app.Task{}, r.tasks...), s.answer(what)
}

func (s tasking) PutTask(ctx context.Context, id string, t app.Task) (app.Task, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	what, err := s.call(ctx, "task", true)
	if err != nil {
		return app.Task{}, err
	}
	r := s.rows[id]
	if r == nil {
		return app.Task{}, s.gone()
	}
	i := slices.IndexFunc(r.tasks, func(x app.Task) bool { return x.ID == t.ID })
	switch {
	case i < 0 && t.ETag != "":
		return app.Task{}, s.gone()
	case i >= 0 && r.tasks[i].ETag != t.ETag:
		return app.Task{}, app.E(app.KindConflict, "Somebody was faster.", nil)
	}
	s.at = s.at.Add(1e9)
	if i < 0 {
		t.Created = s.at
		r.tasks = append(r.tasks, app.Task{})
		i = len(r.tasks) - 1
	}
	t.Modified, t.ETag = s.at, strconv.FormatInt(s.at.Unix(), 16)
	r.tasks[i] = t
	s.writes = append(s.writes, fmt.Sprintf("%s task: %s %v", r.in.Ref, t.Title, t.Done))
	return t, s.answer(what)
}

// task changes a task as another analyst does; the zero Task deletes it.
func (s *service) task(id, task string, change func(*app.Task)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.rows[id]
	i := slices.IndexFunc(r.tasks, func(x app.Task) bool { return x.ID == task })
	if change == nil {
		r.tasks = slices.Delete(r.tasks, i, i+1)
		return
	}
	s.at = s.at.Add(1e9)
	change(&r.tasks[i])
	r.tasks[i].Modified, r.tasks[i].ETag = s.at, strconv.FormatInt(s.at.Unix(), 16)
}

// Merge keeps the incident with the lowest number.
func (s merging) Merge(ctx context.Context, ids []string, comment string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	what, err := s.call(ctx, "merge", true)
	if err != nil {
		return "", err
	}
	into, err := s.join(ids, "me")
	if err != nil {
		return "", err
	}
	s.writes = append(s.writes, fmt.Sprintf("merge %v: %s", ids, comment))
	return into, s.answer(what)
}

func (s *service) join(ids []string, who string) (string, error) {
	into := ids[0]
	for _, id := range ids {
		r := s.rows[id]
		if r == nil {
			return "", s.gone()
		}
		if r.in.Status == app.StatusRedirected {
			return "", app.E(app.KindInvalid, "A merged incident cannot be merged.", nil)
		}
		if a, _ := strconv.Atoi(id); into != id {
			if b, _ := strconv.Atoi(into); a < b {
				into = id
			}
		}
	}
	for _, id := range ids {
		if id == into {
			continue
		}
		r := s.rows[id]
		r.in.RedirectTo, r.in.Status = into, app.StatusRedirected
		s.rows[into].alerts = append(s.rows[into].alerts, r.alerts...)
		r.alerts = nil
		s.touch(r, who)
	}
	s.touch(s.rows[into], who)
	return into, nil
}

// merge is another analyst's.
func (s *service) merge(ids ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, err := s.join(ids, "bob"); err != nil {
		panic(err)
	}
}

func (s merging) MoveAlerts(ctx context.Context, alerts []string, to, comment string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	what, err := s.call(ctx, "move", true)
	if err != nil {
		return "", err
	}
	if to, err = s.shift(alerts, to, "me"); err != nil {
		return "", err
	}
	s.writes = append(s.writes, fmt.Sprintf("move %v to %s: %s", alerts, to, comment))
	return to, s.answer(what)
}

func (s *service) shift(alerts []string, to, who string) (string, error) {
	if to == "" {
		s.mu.Unlock()
		to = s.add(fresh())
		s.mu.Lock()
	}
	target := s.rows[to]
	if target == nil {
		return "", s.gone()
	}
	for _, r := range s.rows {
		had := len(r.alerts)
		r.alerts = slices.DeleteFunc(r.alerts, func(id string) bool { return slices.Contains(alerts, id) })
		if len(r.alerts) != had {
			s.touch(r, who)
		}
	}
	target.alerts = append(target.alerts, alerts...)
	s.touch(target, who)
	return to, nil
}
