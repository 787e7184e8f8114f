package report

import "strings"

// people knows the names of a report, for narrow columns: of an address stands what is
// before the @, unless another one in the report begins alike.
type people map[string]string // by the beginning, in lower case: the address, "" for several

func (p people) add(name string) {
	begin, ok := mailbox(name)
	if !ok {
		return
	}
	begin, name = strings.ToLower(begin), strings.ToLower(name)
	if old, known := p[begin]; known && old != name {
		name = ""
	}
	p[begin] = name
}

// short is the name as a narrow column has it, defanged.
func (p people) short(name string) string {
	if begin, ok := mailbox(name); ok && p[strings.ToLower(begin)] != "" {
		return inert(begin)
	}
	return inert(name)
}

// mailbox is what stands before the @ of an address.
func mailbox(name string) (string, bool) {
	begin, domain, ok := strings.Cut(name, "@")
	return begin, ok && begin != "" && domain != "" && !strings.ContainsAny(name, " \t\r\n") && !strings.Contains(domain, "@")
}

// people are all who are named in the lists.
func (h Handover) people() people {
	p := people{}
	for _, x := range h.Open {
		p.add(x.Owner)
		if x.Last != nil {
			p.add(x.Last.Author)
		}
	}
	for _, x := range h.ClosedCases {
		p.add(x.Owner)
	}
	for _, a := range h.Waiting {
		p.add(a.Actor)
	}
	return p
}
