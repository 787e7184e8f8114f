package simulator

import "context"

func (s *Server) liveLoop(ctx context.Context) {}
