package audit

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// maxBreaks is how many breaks are named; a log of which every line is wrong has no more
// to tell.
const maxBreaks = 20

// Verdict is what Verify found.
type Verdict struct {
	Head
	// First and Last are the times of the first and the last record that can be read.
	First, Last time.Time
	// Breaks are in the order of the log; none means that it is whole up to its last line.
	Breaks []Break
	// More counts breaks beyond those named.
	More int
	// Known tells of each hash that was asked for, in that order, at which record it is;
	// 0 where no record has it.
	Known []int64
}

// Break is a place where the log is not as it was written.
type Break struct {
	Seq  int64
	What string // a sentence, without tenant text
}

// Whole reports that nothing is wrong and that every hash asked for was found.
func (v Verdict) Whole() bool { return len(v.Breaks) == 0 && !slices.Contains(v.Known, 0) }

func (v *Verdict) broken(seq int64, format string, args ...any) {
	if len(v.Breaks) == maxBreaks {
		v.More++
		return
	}
	v.Breaks = append(v.Breaks, Break{seq, fmt.Sprintf(format, args...)})
}

// Verify reads a whole log and reports every place where it breaks. known are heads noted
// earlier: each is the hash of a record where nothing up to that record was changed since.
// Errors are the reader's.
func Verify(ctx context.Context, log Reader, known ...Hash) (Verdict, error) {
	v := Verdict{Known: make([]int64, len(known))}
	next, linked := int64(1), true
	err := log.Lines(ctx, func(seq int64, line []byte) error {
		switch {
		case seq == next:
		case seq > next && next == seq-1:
			v.broken(next, "Record %d is missing.", next)
			linked = false
		case seq > next:
			v.broken(next, "Records %d to %d are missing.", next, seq-1)
			linked = false
		default:
			v.broken(seq, "Record %d is not in its place.", seq)
			linked = false
		}
		v.line(seq, line, linked)
		v.Count, v.Hash = v.Count+1, Sum(line)
		next, linked = seq+1, true
		for i, h := range known {
			if h == v.Hash {
				v.Known[i] = seq
			}
		}
		return nil
	})
	if v.Count == 0 && err == nil {
		v.broken(1, "The log is empty: not even its first record is there.")
	}
	return v, err
}

// line judges one line by itself and, where linked, by the one before it.
func (v *Verdict) line(seq int64, line []byte, linked bool) {
	r, err := Decode(line)
	if err != nil {
		v.broken(seq, "Record %d cannot be read.", seq)
		return
	}
	if v.Last = r.At; v.First.IsZero() {
		v.First = r.At
	}
	switch {
	case r.Seq != seq:
		v.broken(seq, "The record in place %d says that it is record %d.", seq, r.Seq)
	case linked && r.Prev != v.Hash && seq == 1:
		v.broken(seq, "Record 1 names a record before it.")
	case linked && r.Prev != v.Hash:
		v.broken(seq-1, "Record %d is not the one that record %d was chained to: one of the two was changed.", seq-1, seq)
	case seq == 1 && r.Event != Genesis:
		v.broken(seq, "Record 1 is not the beginning of a log.")
	}
}
