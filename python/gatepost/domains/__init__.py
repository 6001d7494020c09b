"""What domains publish about their mail: organisations, policies, findings."""
