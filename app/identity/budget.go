package identity

import (
	"math"
	"strconv"
	"strings"
)

const (
	mebibyte = 1 << 20
	gibibyte = 1 << 30
	// LeastBudget is the smallest bound on what is kept of sign-ins and detections, in
	// bytes; MostBudget the largest.
	LeastBudget = 64 * mebibyte
	MostBudget  = 1 << 50
)

const budgetWords = "Keep at most: give a size of at least 64 MiB, such as 512 MiB or 2 GiB, or none for no bound."

// BudgetProblem says what is wrong with a budget in bytes; "" where it can be used. 0 is
// no bound.
func BudgetProblem(n int64) string {
	if n != 0 && (n < LeastBudget || n > MostBudget) {
		return budgetWords
	}
	return ""
}

// ParseBudget reads what a person typed for a budget, in MiB or GiB, and returns bytes: whole
// MiB, 0 for none. problem is a sentence where it is no such size.
func ParseBudget(text string) (n int64, problem string) {
	text = strings.ToLower(strings.TrimSpace(text))
	if text == "none" {
		return 0, ""
	}
	unit := 0.0
	for name, u := range map[string]float64{"mib": mebibyte, "gib": gibibyte} {
		if digits, ok := strings.CutSuffix(text, name); ok {
			text, unit = strings.TrimSpace(digits), u
		}
	}
	if unit == 0 || strings.Trim(text, "0123456789.") != "" {
		return 0, budgetWords
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || f*unit < LeastBudget || f*unit > MostBudget {
		return 0, budgetWords
	}
	return int64(math.Round(f*unit/mebibyte)) * mebibyte, ""
}

// BudgetWords end a sentence about a budget: "within 2 GiB", "without a bound".
func BudgetWords(n int64) string {
	if n <= 0 {
		return "without a bound"
	}
	return "within " + BudgetText(n)
}

// BudgetText is a budget as ParseBudget reads it.
func BudgetText(n int64) string {
	switch {
	case n <= 0:
		return "none"
	case n%gibibyte == 0:
		return strconv.FormatInt(n/gibibyte, 10) + " GiB"
	}
	return strconv.FormatInt((n+mebibyte/2)/mebibyte, 10) + " MiB"
}
