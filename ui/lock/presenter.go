package lock

import (
	"watchfloor/app/unlock"
)

// Presenter is the state of the question: what Enter does, what is wrong. It belongs to
// the UI goroutine.
type Presenter struct {
	Need *unlock.Need
	// Mode is what Enter answers; Words that it takes words.
	Mode unlock.Do
	// Busy while the answer is tried. Problem is a sentence, Sure asks for a key again.
	Busy    bool
	Problem string
	Sure    string

	// Answer hands the decision over; Changed draws.
	Answer  func(unlock.Answer)
	Changed func()
}

// NewPresenter begins with a question.
func NewPresenter(n *unlock.Need, answer func(unlock.Answer)) *Presenter {
	p := &Presenter{Answer: answer, Changed: func() {}}
	p.Ask(n)
	return p
}

// Ask puts the question, or the one that follows.
func (p *Presenter) Ask(n *unlock.Need) {
	again := p.Need != nil && p.Need.Profile == n.Profile && n.Why != ""
	p.Need, p.Busy, p.Problem, p.Sure = n, false, n.Why, ""
	switch {
	case again && p.Mode != unlock.Again && n.Offers(p.Mode): // what was typed was wrong; the way stays
	case n.State == unlock.Lost && n.Phrase:
		p.Mode = unlock.Phrase
	case n.State == unlock.Words || n.State == unlock.Choose || n.State == unlock.Lost && n.Passphrase:
		p.Mode = unlock.Passphrase
	default:
		p.Mode = unlock.Again
	}
	p.Changed()
}

// Failed says what went wrong and waits for another answer.
func (p *Presenter) Failed(why string) {
	p.Busy, p.Problem = false, why
	p.Changed()
}

// Words reports that Enter takes words; twice that they are typed twice.
func (p *Presenter) Words() (words, twice bool) {
	return p.Mode != unlock.Again, p.Need.State == unlock.Choose
}

// Next is what Ctrl+R changes the mode to, "" where there is no other way.
func (p *Presenter) Next() unlock.Do {
	ways := []unlock.Do{unlock.Again, unlock.Passphrase, unlock.Phrase}
	var offered []unlock.Do
	for _, d := range ways {
		if p.Need.Offers(d) {
			offered = append(offered, d)
		}
	}
	for i, d := range offered {
		if d == p.Mode && len(offered) > 1 {
			return offered[(i+1)%len(offered)]
		}
	}
	return ""
}

// Enter tries what was typed.
func (p *Presenter) Enter(words, again string) {
	if p.Busy {
		return
	}
	takes, twice := p.Words()
	p.Sure = ""
	switch {
	case takes && words == "":
		p.Problem = "Type it first."
	case twice && unlock.Weak(words) != "":
		p.Problem = unlock.Weak(words)
	case twice && words != again:
		p.Problem = "The two are not the same."
	default:
		p.give(unlock.Answer{Do: p.Mode, Words: words})
		return
	}
	p.Changed()
}

func (p *Presenter) give(a unlock.Answer) {
	p.Busy, p.Problem = true, ""
	p.Changed()
	p.Answer(a)
}

// Press handles the keys beside Enter and reports whether one meant something.
func (p *Presenter) Press(key string) bool {
	do, known := map[string]unlock.Do{"Ctrl+N": unlock.Fresh, "Ctrl+E": unlock.Session, "Ctrl+J": unlock.Skip}[key]
	switch {
	case p.Busy:
		return known || key == "Ctrl+R"
	case key == "Ctrl+R" && p.Next() != "":
		p.Mode, p.Problem, p.Sure = p.Next(), "", ""
		p.Changed()
		return true
	case !known || !p.Need.Offers(do):
		return false
	case do == unlock.Fresh && p.Sure != key:
		p.Sure, p.Problem = key, "Press Ctrl+N again to begin with an empty cache. The old files stay in a folder of their own. "+p.Need.Inside()
		p.Changed()
		return true
	}
	p.give(unlock.Answer{Do: do})
	return true
}
