"""The rules of the plan, one function a rule."""
