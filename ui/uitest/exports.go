package uitest

import (
	"context"
	"fmt"
	gosync "sync"

	"watchfloor/app/report"
	"watchfloor/app/triage"
)

// Exports records what is asked for and answers with a path, or with Err.
type Exports struct {
	mu    gosync.Mutex
	Asked []string
	Files []report.File
	Err   error
}

func (e *Exports) wrote(asked, path string) (string, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.Asked = append(e.Asked, asked)
	if e.Err != nil {
		return "", e.Err
	}
	e.Files = append([]report.File{{Path: path, At: Now, Bytes: 48_213}}, e.Files...)
	return path, nil
}

// Export records the format and the filter.
func (e *Exports) Export(_ context.Context, q triage.Query, format string) (string, error) {
	return e.wrote(format+" "+q.Filter.String(), "/exports/queue."+format)
}

// Case records the format.
func (e *Exports) Case(_ context.Context, id int64, format string) (string, error) {
	return e.wrote(format, "/exports/incident."+format)
}

// Handover records the format, the length of the period and the note.
func (e *Exports) Handover(_ context.Context, p report.Period, note, format string) (string, error) {
	return e.wrote(fmt.Sprintf("%s %v %s", format, p.To.Sub(p.From), note), "/exports/hand-over."+format)
}

// Identity and Posture record the format and the days of the period.
func (e *Exports) Identity(_ context.Context, p report.Period, format string) ([]string, error) {
	return e.period("identity", p, format)
}

func (e *Exports) Posture(_ context.Context, p report.Period, format string) ([]string, error) {
	return e.period("posture", p, format)
}

func (e *Exports) period(what string, p report.Period, format string) ([]string, error) {
	path, err := e.wrote(fmt.Sprintf("%s %s since %s", what, format, p.From.Format("2006-01-02 15:04")), "/exports/"+what+"."+format)
	return []string{path}, err
}

// Written answers with Files.
func (e *Exports) Written(context.Context) ([]report.File, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return append([]report.File(nil), e.Files...), nil
}

// OpenFolder records the path.
func (e *Exports) OpenFolder(_ context.Context, path string) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.Asked = append(e.Asked, "folder of "+path)
	return nil
}

// List records the name, the format and how many rows there are.
func (e *Exports) List(_ context.Context, name string, l report.List, format string) (string, error) {
	return e.wrote(fmt.Sprintf("%s %s %d", name, format, len(l.Rows)), "/exports/"+name+"."+format)
}
