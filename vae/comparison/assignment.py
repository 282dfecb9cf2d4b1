"""One-to-one matching at the least cost, by NumPy alone: SciPy would stay in the server with 40 MB."""

import numpy as np
from jaxtyping import Float


def assignment(cost: Float[np.ndarray, "n m"]) -> dict[int, int]:
    """Rows -> columns, as many as the smaller of the two sides, so that the sum of cost is least.

    The Hungarian method (Kuhn 1955): rows are taken in one at a time, each along the shortest path
    of exchanges, with prices that keep every reduced cost from falling below 0.
    """
    if cost.shape[0] > cost.shape[1]:
        return {row: column for column, row in assignment(cost.T).items()}
    rows, columns = cost.shape
    row_price, column_price = np.zeros(rows), np.zeros(columns)
    taken = np.full(columns, -1)  # the row that has a column
    for row in range(rows):
        path, end = _shortest(cost, row, taken, row_price, column_price)
        while end >= 0:  # each column on the path goes to the row before it
            before = path[end]
            taken[end] = row if before < 0 else taken[before]
            end = before
    return {int(row): column for column, row in enumerate(taken) if row >= 0}


def _shortest(
    cost: Float[np.ndarray, "n m"],
    row: int,
    taken: np.ndarray,
    row_price: np.ndarray,
    column_price: np.ndarray,
) -> tuple[np.ndarray, int]:
    """The way from a row to a free column: for each column the one before it, and where it ends.

    Prices are moved on the way (Dijkstra's method on reduced costs).
    """
    columns = cost.shape[1]
    distance, path = np.full(columns, np.inf), np.full(columns, -1)
    seen = np.zeros(columns, bool)
    now, at, reached = row, -1, 0.0
    while True:
        offered = reached + cost[now] - row_price[now] - column_price
        nearer = ~seen & (offered < distance)
        distance[nearer], path[nearer] = offered[nearer], at
        at = int(np.where(seen, np.inf, distance).argmin())
        reached = distance[at]
        if taken[at] < 0:
            break
        seen[at] = True
        now = int(taken[at])
    row_price[row] += reached
    row_price[taken[seen]] += reached - distance[seen]
    column_price[seen] -= reached - distance[seen]
    return path, at
