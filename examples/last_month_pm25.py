"""Last month's PM2.5 of every air station: how complete, how high, how many days over the limit.

Run it as it is, or cell by cell (VS Code, Spyder and Jupyter with jupytext read `# %%`):

    python examples/last_month_pm25.py https://quantrac.example

It needs the client and pandas: pip install nonnuoc pandas
"""

# %% The site: an address is all that is needed to read what is public
import sys

import pandas as pd

from nonnuoc.client import Client

SITE = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000"
LIMIT = 45.0  # µg/Nm³, mean of 24 hours: QCVN 05:2023/BTNMT, table 1, from 2026 on
ENOUGH = 75  # percent of a day's values, so that its mean counts

client = Client(SITE)

# %% Which stations measure it, and where they stand
stations = client.stations().set_index("code")
streams = client.datastreams(property="PM2.5", procedure="raw", kind="ambient_air")
print(streams[["datastream", "station", "unit", "last"]].to_string(index=False))

# %% Last month as daily means, computed by the server; completeness stands beside each
days = {}
for row in streams.itertuples():
    frame = client.observations(row.datastream, since="last-month", resolution="daily")
    days[row.station] = frame.assign(station=row.station)
    print(f"{row.station}: {len(frame)} days, {frame.attrs['unit']}, {frame.attrs['licence']}")
    print(f"  the same again, whatever is corrected since: {frame.attrs['link']}")

# %% A table of the stations: days that count, the mean of these, the worst, how many over the limit
if days:
    table = pd.concat(days.values(), ignore_index=True)
    counted = table[table["completeness"] >= ENOUGH]
    summary = counted.groupby("station")["mean"].agg(days="count", mean="mean", worst="max").round(1)
    summary["over"] = counted[counted["mean"] > LIMIT].groupby("station").size()
    summary = summary.fillna({"over": 0}).astype({"over": int}).join(stations[["name", "commune", "simulated"]])
    print(summary.to_string())

# %% What arrives from now on, as it comes (stop with Ctrl-C)
if "--watch" in sys.argv:
    for news in client.watch(property="PM2.5", procedure="raw"):
        for one in news.datastreams:
            print(one["time"], news.station, one["value"], one["unit"], one["quality"]["flag"])
