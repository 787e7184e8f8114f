package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"github.com/spf13/cobra"

	"watchfloor/app"
	"watchfloor/app/audit"
	"watchfloor/app/report"
	"watchfloor/app/text"
)

func (r *runner) auditCommand() *cobra.Command {
	var to target
	cmd := &cobra.Command{
		Use:   "audit",
		Short: "Write the audit log: each action and what became of it, one line of JSON each",
		Long: "Write the audit log of a tenant. Each line names the SHA-256 of the line before it;\n" +
			"docs/audit.md tells how any other program checks that.",
		Example: "  watchfloor audit -o audit.jsonl\n  watchfloor audit | jq -r 'select(.event==\"sending\") | .verb'",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return r.with(cmd.Context(), func(ctx context.Context, s *Session) error {
				switch len(s.Audit) {
				case 0:
					return missing("audit log")
				case 1:
				default:
					return usage("several tenants are connected, each with a log of its own; choose one with --profile")
				}
				return r.write(to, func(w io.Writer) error { return audit.Write(ctx, w, s.Audit[0]) })
			})
		},
	}
	to.plain(cmd)
	return cmd
}

func (r *runner) verifyCommand() *cobra.Command {
	var known []string
	cmd := &cobra.Command{
		Use:   "verify [FILE...]",
		Short: "Check that the audit log was not rewritten; FILE is one that watchfloor audit wrote",
		Long: "Check the audit log of every tenant, or the files named: that each record follows from the one\n" +
			"before it. A change anywhere but at the end shows by itself; that the end was cut off, or all of it\n" +
			"made anew, shows against a head hash that was noted elsewhere: name it with --head. Reports print it.",
		Example: "  watchfloor verify\n  watchfloor verify --head 5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef",
		RunE: func(cmd *cobra.Command, files []string) error {
			var hashes []audit.Hash
			for _, k := range known {
				h, err := audit.ParseHash(k)
				if err != nil {
					return usage("--head: %s", app.Say(err))
				}
				hashes = append(hashes, h)
			}
			if len(files) > 0 {
				return r.verifyFiles(cmd.Context(), files, hashes)
			}
			return r.with(cmd.Context(), func(ctx context.Context, s *Session) error {
				if len(s.Audit) == 0 {
					return missing("audit log")
				}
				return r.verify(ctx, s.Audit, hashes)
			})
		},
	}
	cmd.Flags().StringSliceVar(&known, "head", nil, "`hash` that an earlier report or verify printed; it must be in one of the logs")
	return r.jsonFlag(cmd)
}

// verifyFiles checks files as verify does logs.
func (r *runner) verifyFiles(ctx context.Context, files []string, known []audit.Hash) error {
	var logs []AuditLog
	for _, name := range files {
		f, err := os.Open(name) // #nosec G304 -- a file that the person names
		if errors.Is(err, fs.ErrNotExist) {
			return app.E(app.KindNotFound, "There is no file "+text.Line(name, 200)+".", err)
		}
		if err != nil {
			return app.E(app.KindInvalid, "The file "+text.Line(name, 200)+" could not be opened:"+cause(err)+".", err)
		}
		defer f.Close()
		logs = append(logs, AuditLog{name, audit.File(f)})
	}
	return r.verify(ctx, logs, known)
}

// verdictJSON is what was found of one log.
type verdictJSON struct {
	Log     string      `json:"log"`
	Whole   bool        `json:"whole"`
	Records int64       `json:"records"`
	First   *time.Time  `json:"first"`
	Last    *time.Time  `json:"last"`
	Head    string      `json:"head"`
	Breaks  []breakJSON `json:"breaks,omitempty"`
	More    int         `json:"moreBreaks,omitempty"`
	Known   []knownJSON `json:"known,omitempty"`
}

type breakJSON struct {
	Record int64  `json:"record"`
	Says   string `json:"says"`
}

// knownJSON is a head of an earlier report, found at a record.
type knownJSON struct {
	Head   string `json:"head"`
	Record int64  `json:"record"`
}

func (r *runner) verify(ctx context.Context, logs []AuditLog, known []audit.Hash) error {
	all := []verdictJSON{}
	found, broken := make([]bool, len(known)), 0
	for _, l := range logs {
		v, err := audit.Verify(ctx, l, known...)
		if err != nil {
			return err
		}
		out := verdictJSON{Log: l.Tenant, Whole: len(v.Breaks) == 0, Records: v.Count, First: stamp(v.First), Last: stamp(v.Last), Head: v.Hash.String(), More: v.More}
		for _, b := range v.Breaks {
			out.Breaks = append(out.Breaks, breakJSON{b.Seq, b.What})
		}
		for i, at := range v.Known {
			if at > 0 {
				found[i] = true
				out.Known = append(out.Known, knownJSON{known[i].String(), at})
			}
		}
		if !out.Whole {
			broken++
		}
		all = append(all, out)
	}
	if r.json {
		if err := report.WriteJSON(r.out, all); err != nil {
			return err
		}
	} else {
		r.printVerdicts(all)
	}
	for i, h := range known {
		if !found[i] {
			return app.E(app.KindInvalid, "No record has the head "+h.String()+": what was recorded up to that report was changed or taken out, or it is of another log.", nil)
		}
	}
	if broken > 0 {
		return app.E(app.KindInvalid, fmt.Sprintf("%d of %d audit logs are not as they were written. Keep a copy of the data folder, and compare with files of watchfloor audit made earlier.", broken, len(all)), nil)
	}
	return nil
}

func (r *runner) printVerdicts(all []verdictJSON) {
	for i, v := range all {
		if i > 0 {
			r.say("")
		}
		r.say("%s", text.Line(v.Log, 200))
		mark := "✓ whole"
		if !v.Whole {
			mark = "✗ broken"
		}
		records := "records"
		if v.Records == 1 {
			records = "record"
		}
		r.say("  %s: %d %s", mark, v.Records, records)
		if v.First != nil {
			r.say("  first  %s", second(*v.First))
			r.say("  last   %s", second(*v.Last))
		}
		r.say("  head   %s", v.Head)
		for _, b := range v.Breaks {
			r.say("  ✗ %s", b.Says)
		}
		if v.More > 0 {
			r.say("  ✗ and %d more", v.More)
		}
		for _, k := range v.Known {
			after := "nothing came after it"
			if n := v.Records - k.Record; n > 0 {
				after = fmt.Sprintf("%d came after it", n)
			}
			r.say("  ✓ the head %s… is that of record %d; %s", k.Head[:12], k.Record, after)
		}
	}
}

func stamp(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}
