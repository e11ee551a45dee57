"""How people come in (登录): lock-out, second step, invitations, sessions."""
