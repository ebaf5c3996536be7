"""From what rules of alarm say, and the dated tables of law behind them, to levels at each datastream."""
