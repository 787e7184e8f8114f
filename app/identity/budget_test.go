package identity

import (
	"strings"
	"testing"
)

func TestABudgetIsTypedWithItsUnit(t *testing.T) {
	for text, want := range map[string]int64{
		"2 GiB": 2 << 30, " 512mib ": 512 << 20, "1.5 GiB": 1536 << 20, "64 MiB": LeastBudget, "0.0625 GiB": LeastBudget,
		"64.3 MiB": LeastBudget, "1048576 GiB": MostBudget, "none": 0, "None": 0,
	} {
		if n, problem := ParseBudget(text); n != want || problem != "" {
			t.Errorf("%q is %d, %q, want %d", text, n, problem, want)
		}
	}
	for _, text := range []string{"", "2", "GiB", "2 GB", "63 MiB", "0 MiB", "-2 GiB", "1e3 GiB", "inf GiB", "nan MiB", "1.2.3 GiB", "1048577 GiB", "2 GiB 3 MiB"} {
		if n, problem := ParseBudget(text); n != 0 || !strings.Contains(problem, "at least 64 MiB") {
			t.Errorf("%q is %d, %q", text, n, problem)
		}
	}
}

// What is shown can be typed again.
func TestABudgetIsShownAsItIsTyped(t *testing.T) {
	for n, want := range map[int64]string{0: "none", 2 << 30: "2 GiB", 1536 << 20: "1536 MiB", LeastBudget: "64 MiB", MostBudget: "1048576 GiB"} {
		text := BudgetText(n)
		if back, problem := ParseBudget(text); text != want || back != n || problem != "" {
			t.Errorf("%d is shown as %q and read as %d, %q", n, text, back, problem)
		}
	}
}

func TestABudgetInASentence(t *testing.T) {
	if few, all := BudgetWords(LeastBudget), BudgetWords(0); few != "within 64 MiB" || all != "without a bound" {
		t.Errorf("%q, %q", few, all)
	}
}

func TestABudgetOutsideItsBoundsIsRefused(t *testing.T) {
	for n, fits := range map[int64]bool{0: true, LeastBudget: true, MostBudget: true, 1: false, -1: false, LeastBudget - 1: false, MostBudget + 1: false} {
		if problem := BudgetProblem(n); fits != (problem == "") {
			t.Errorf("%d: %q", n, problem)
		}
	}
}
