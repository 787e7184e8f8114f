package cli

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"watchfloor/app"
	"watchfloor/app/report"
)

// target is where a command writes a file and in which form.
type target struct {
	file, format string
	force        bool
}

func (t *target) flags(cmd *cobra.Command, formats string) {
	t.plain(cmd)
	cmd.Flags().StringVar(&t.format, "format", "", formats+" (default: by the ending of the file, else the first)")
}

// plain is flags of a command that writes one form only.
func (t *target) plain(cmd *cobra.Command) {
	cmd.Flags().StringVarP(&t.file, "out", "o", "-", "`file` to write; - for standard output")
	cmd.Flags().BoolVar(&t.force, "force", false, "replace the file if it exists")
}

// choose returns the format asked for, by flag or by the file's ending.
func (t target) choose(formats ...string) (string, error) {
	want := t.format
	if want == "" {
		want = strings.TrimPrefix(filepath.Ext(t.file), ".")
		if t.file == "-" || want == "" {
			return formats[0], nil
		}
	}
	for _, f := range formats {
		if strings.EqualFold(f, want) {
			return f, nil
		}
	}
	return "", usage("the format is one of %s, not %q", strings.Join(formats, ", "), want)
}

// write makes the content first and then the file, whole or not at all, readable by
// its owner only.
func (r *runner) write(t target, content func(io.Writer) error) error {
	var b bytes.Buffer
	if err := content(&b); err != nil {
		return err
	}
	if t.file == "-" {
		if _, err := r.out.Write(b.Bytes()); err != nil {
			return app.E(app.KindInternal, "The result could not be written to standard output.", err)
		}
		return nil
	}
	if _, err := os.Lstat(t.file); err == nil && !t.force {
		return app.E(app.KindInvalid, "The file "+t.file+" exists already; add --force to replace it.", nil)
	}
	if err := replaceFile(t.file, b.Bytes()); err != nil {
		return err
	}
	r.note("%s written, %d bytes", t.file, b.Len())
	return nil
}

func replaceFile(name string, content []byte) error {
	fail := func(err error) error {
		return app.E(app.KindInternal, "The file "+name+" could not be written:"+cause(err)+".", err)
	}
	f, err := os.CreateTemp(filepath.Dir(name), ".watchfloor-*") // 0600
	if err != nil {
		return fail(err)
	}
	defer os.Remove(f.Name()) // gone already when all went well
	if _, err = f.Write(content); err == nil {
		err = f.Sync()
	}
	if closing := f.Close(); err == nil {
		err = closing
	}
	if err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		return fail(err)
	}
	return nil
}

// cause is the last part of a file error, such as "permission denied".
func cause(err error) string {
	s := err.Error()
	return s[strings.LastIndex(s, ": ")+1:]
}

func (r *runner) exportCommand() *cobra.Command {
	var sel selection
	var to target
	cmd := &cobra.Command{
		Use:     "export [FILTER...]",
		Short:   "Write the filtered queue as CSV, Excel or JSON",
		Long:    "Write the filtered queue. CSV and Excel are for people: indicators are defanged and no cell is a formula.\nJSON is for programs: text is as the source sent it.\n\n" + filterHelp,
		Example: "  watchfloor export sev:high -o high.csv\n  watchfloor export status:any --format json | jq length",
		RunE: func(cmd *cobra.Command, args []string) error {
			format, err := to.choose("csv", "xlsx", "json")
			if err != nil {
				return err
			}
			if err := to.binary(format, "xlsx"); err != nil {
				return err
			}
			return r.with(cmd.Context(), func(ctx context.Context, s *Session) error {
				q, err := sel.query(s, args)
				if err != nil {
					return err
				}
				rows, err := sel.collect(ctx, s.Queue, q)
				if err != nil {
					return err
				}
				return r.write(to, func(w io.Writer) error {
					switch format {
					case "json":
						return report.QueueJSON(w, rows)
					case "xlsx":
						return report.QueueXLSX(w, rows, q.Filter.String(), report.Meta{Tenant: s.Tenant, At: r.d.Now(), By: s.Me.Label()})
					}
					return report.QueueCSV(w, rows)
				})
			})
		},
	}
	sel.flags(cmd, 0)
	to.flags(cmd, "csv, xlsx or json")
	return cmd
}
