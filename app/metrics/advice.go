package metrics

import (
	"cmp"
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"watchfloor/app/posture"
)

// Advice is the recommendations that are open now, by risk and age.
type Advice struct {
	Now   time.Time
	Today Slot
	// Count is by class of age, then by risk: index with AdviceAges and AdviceRisks.
	Count       [len(AdviceAges)][len(AdviceRisks)]int
	AsOf, Since time.Time

	all []posture.Recommendation
}

var (
	_ Listed = Advice{}
	_ Named  = Advice{}
)

// AdviceAges name the classes of age, AdviceRisks those of risk, the gravest first.
var (
	AdviceAges  = [...]string{"under 7 days", "7 to 30 days", "30 to 90 days", "90 to 180 days", "180 days or older", "no date given"}
	AdviceRisks = [...]string{"Critical", "High", "Medium", "Low", "not told"}
)

var adviceLimits = [...]int{7, 30, 90, 180}

// AdviceDefinition says how the figures are counted, as printed under the chart.
const AdviceDefinition = "Recommendations of Defender for Cloud with unhealthy resources now, over all subscriptions, by the highest risk of these resources, else by severity, " +
	"and by the time since the first of them was found unhealthy, as the service dates it. A date in the future counts as under 7 days."

// LoadAdvice reads what is open now.
func LoadAdvice(ctx context.Context, src PostureSource, now time.Time) (Advice, error) {
	out := Advice{Now: now, Today: period(1, now)}
	if src == nil {
		return out, nil
	}
	var err error
	if out.AsOf, out.Since, err = src.PostureKnown(ctx); err != nil {
		return Advice{}, err
	}
	if out.all, err = src.Recommendations(ctx, posture.Ask{Order: posture.ByRisk}); err != nil {
		return Advice{}, err
	}
	for _, r := range out.all {
		out.Count[ageOf(r, now)][riskOf(r)]++
	}
	return out, nil
}

func ageOf(r posture.Recommendation, now time.Time) int {
	if r.First.IsZero() {
		return len(AdviceAges) - 1
	}
	for i, d := range adviceLimits {
		if now.Sub(r.First) < time.Duration(d)*24*time.Hour {
			return i
		}
	}
	return len(adviceLimits)
}

func riskOf(r posture.Recommendation) int {
	return min(5-posture.RiskRank(cmp.Or(r.Risk, r.Severity)), len(AdviceRisks)-1)
}

// Kind implements Chart.
func (Advice) Kind() Kind { return OpenAdvice }

// About implements Chart.
func (a Advice) About() About {
	return About{Title: "Open recommendations by risk and age", Definition: AdviceDefinition, N: "n = " + many(len(a.all), "recommendation"), Zone: "UTC", AsOf: a.AsOf, Since: a.Since}
}

// Len implements Chart: the classes of age.
func (Advice) Len() int { return len(AdviceAges) }

// Slot implements Chart.
func (a Advice) Slot(int) Slot { return a.Today }

// Series implements Chart: all, then each risk.
func (Advice) Series() []string { return append([]string{"All risks"}, AdviceRisks[:]...) }

// PointName implements Named.
func (Advice) PointName(_, point int) string { return AdviceAges[point] }

// Figure is the number of one risk and age; series 0 is of all risks.
func (a Advice) Figure(series, point int) int {
	if series == 0 {
		return sum(a.Count[point][:])
	}
	return a.Count[point][series-1]
}

// Words implements Chart.
func (a Advice) Words(series, point int) string {
	risk := ""
	if series > 0 {
		risk = ", risk " + AdviceRisks[series-1]
	}
	return fmt.Sprintf("%s: %s%s.", AdviceAges[point], many(a.Figure(series, point), "recommendation"), risk)
}

// Behind implements Chart.
func (a Advice) Behind(series, point int) (string, int) { return "", a.Figure(series, point) }

// Rows implements Listed.
func (a Advice) Rows(_ context.Context, series, point int) (Rows, error) {
	var some []posture.Recommendation
	for _, r := range a.all {
		if ageOf(r, a.Now) == point && (series == 0 || riskOf(r) == series-1) {
			some = append(some, r)
		}
	}
	return advised(strings.TrimSuffix(a.Words(series, point), "."), some), nil
}

// advised lists recommendations.
func advised(title string, all []posture.Recommendation) Rows {
	out := Rows{Title: title, Header: []string{"Recommendation", "Risk", "Unhealthy", "Healthy", "Would gain", "Since", "Owner", "Due"}}
	for _, r := range all {
		out.add(r.Title, cmp.Or(r.Risk, r.Severity), strconv.Itoa(r.Unhealthy), strconv.Itoa(r.Healthy), Points(r.Increase), isoDay(r.First), r.Owner, isoDay(r.Due))
	}
	return out
}

// Table implements Chart.
func (a Advice) Table() [][]string {
	var rows [][]string
	for i, age := range AdviceAges {
		r := []string{age, strconv.Itoa(a.Figure(0, i))}
		for _, n := range a.Count[i] {
			r = append(r, strconv.Itoa(n))
		}
		rows = append(rows, r)
	}
	return table(a, append(append([]string{"age", "open"}, AdviceRisks[:]...), "n"), rows, a.About().N)
}
