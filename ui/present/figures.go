package present

import (
	"math"
	"strconv"
	"strings"
)

// Points is a figure that may have decimals: "35.04", "1,204", "–" where it is none.
func Points(f float64) string {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return "–"
	}
	whole, rest, _ := strings.Cut(strconv.FormatFloat(f, 'f', 2, 64), ".")
	if rest = strings.TrimRight(rest, "0"); rest != "" {
		rest = "." + rest
	}
	sign := ""
	if cut, negative := strings.CutPrefix(whole, "-"); negative {
		sign, whole = "−", cut
	}
	if n, err := strconv.Atoi(whole); err == nil {
		whole = Figure(n)
	}
	if whole+rest == "0" {
		sign = ""
	}
	return sign + whole + rest
}

// Signed is Points with its sign: "+3.2", "−0.5", "0".
func Signed(f float64) string {
	s := Points(f)
	if f > 0 && s != "0" && s != "–" {
		return "+" + s
	}
	return s
}

// Percent is a share of a hundred with one decimal: "58.4 %".
func Percent(f float64) string {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return "–"
	}
	return strings.Replace(strconv.FormatFloat(f, 'f', 1, 64), "-", "−", 1) + " %"
}
