package main

import (
	"bytes"
	"encoding/csv"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"watchfloor/app/chart"
	"watchfloor/app/metrics"
	"watchfloor/app/triage"
	ui "watchfloor/ui/trends"
)

// On a pulled tenant every chart is drawn at the pixels of its place, written to files,
// and leads to as many rows as its figures say.
func TestChartsOfASimulatedTenant(t *testing.T) {
	_, home := tenantFor(t, 300)
	s := openHere(t, home)
	if err := s.fleet.Once(t.Context()); err != nil {
		t.Fatal(err)
	}
	src := trends{s}
	for _, k := range metrics.Kinds {
		c, err := src.Chart(t.Context(), k, 30)
		if err != nil {
			t.Fatal(err)
		}
		pic, err := src.Draw(t.Context(), c, ui.Place{W: 900, H: 400, Scale: 1.5})
		if err != nil || pic.Image.Bounds().Dx() != 1350 || pic.Image.Bounds().Dy() != 600 {
			t.Errorf("%v is drawn on %v, %v", k, pic.Image.Bounds(), err)
		}
		figures := 0
		for series := range c.Series() {
			for point := range c.Len() {
				text, want := c.Behind(series, point)
				f, _ := triage.Parse(text)
				got, err := s.fleet.Count(t.Context(), triage.Query{Filter: f})
				if err != nil || got.Match != want {
					t.Fatalf("%s: %d rows, the figure says %d (%v)", text, got.Match, want, err)
				}
				figures += want
			}
		}
		if k != metrics.ToAcknowledge && figures == 0 { // nobody has acknowledged anything since the first pull
			t.Errorf("%v has no figure", k)
		}
		for _, format := range formats(k == metrics.Kinds[0]) {
			path, err := src.Export(t.Context(), c, chart.Auto, format)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.HasPrefix(filepath.Base(path), k.File()+"-") {
				t.Errorf("%v is written to %s", k, path)
			}
			written(t, path, format)
		}
	}
}

// formats are those a chart is written in; all are painted by the same code, and a picture
// takes long to write.
func formats(picture bool) []string {
	if picture {
		return []string{"png", "svg", "csv"}
	}
	return []string{"svg", "csv"}
}

// written reads a chart back.
func written(t *testing.T, path, format string) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	switch format {
	case "png":
		if img, err := png.Decode(bytes.NewReader(b)); err != nil || img.Bounds().Dx() != 2*chartWidth {
			t.Errorf("%s: %v", path, err)
		}
	case "svg":
		if !bytes.Contains(b, []byte("<text")) || !bytes.Contains(b, []byte("time zone")) {
			t.Errorf("%s holds no text", path)
		}
	default:
		rows, err := csv.NewReader(bytes.NewReader(b)).ReadAll()
		if err != nil || len(rows) < 2 || rows[0][len(rows[0])-1] != "definition" {
			t.Errorf("%s: %d rows, %v", path, len(rows), err)
		}
	}
}
