package chart

import (
	"encoding/xml"
	"io"
	"strconv"
	"strings"
	"testing"

	"watchfloor/app/metrics"
)

// A reader without our font stretches each text to the width it was laid out with.
func TestEveryTextOfAnSVGSaysHowWideItIs(t *testing.T) {
	for _, c := range []metrics.Chart{ages(30, 9), waits(metrics.ToClose, 30, 30)} {
		dec := xml.NewDecoder(strings.NewReader(svg(t, c, Auto)))
		texts := 0
		for {
			tok, err := dec.Token()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			e, ok := tok.(xml.StartElement)
			if !ok || e.Name.Local != "text" {
				continue
			}
			texts++
			width := 0.0
			for _, a := range e.Attr {
				if a.Name.Local == "textLength" {
					width, _ = strconv.ParseFloat(a.Value, 64)
				}
			}
			if width < 2 || width > 740 {
				t.Errorf("a text is %v wide", width)
			}
		}
		if texts < 10 {
			t.Errorf("%d texts", texts)
		}
	}
}
