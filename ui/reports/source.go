package reports

import (
	"context"

	"watchfloor/app/report"
	"watchfloor/app/triage"
)

// Source writes reports into a folder and returns where they are. Not for the UI
// goroutine; cancelling ctx gives up and leaves no file.
type Source interface {
	// Export writes all rows of a query as "csv", "xlsx" or "json".
	Export(ctx context.Context, q triage.Query, format string) (path string, err error)
	// Case writes one incident as "html", "md" or "pdf".
	Case(ctx context.Context, id int64, format string) (path string, err error)
	// Handover writes a hand-over of a period with a note, "" for none, as Case.
	Handover(ctx context.Context, p report.Period, note, format string) (path string, err error)
	// Identity and Posture write what a period of UTC days told of those places, one file
	// for each tenant that has the place, in one of report.PeriodFormats. KindNotFound:
	// none has it.
	Identity(ctx context.Context, p report.Period, format string) (paths []string, err error)
	Posture(ctx context.Context, p report.Period, format string) (paths []string, err error)
	// Written lists what was written before, newest first.
	Written(ctx context.Context) ([]report.File, error)
	// OpenFolder shows the folder that holds a file in the file manager of the system.
	// It opens folders only, never a file.
	OpenFolder(ctx context.Context, path string) error
}

// Lists is a Source that also writes lists of other places. Name is part of the file's
// name, format "csv" or "json".
type Lists interface {
	List(ctx context.Context, name string, l report.List, format string) (path string, err error)
}
