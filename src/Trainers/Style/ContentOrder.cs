namespace MLNetGen.Style;

/// <summary>
/// Which content picture comes when, over all passes. The first pass takes them as they arrive where that is in random order, so that it need
/// not wait for the last; every other pass has an order of its own.
/// </summary>
internal sealed class ContentOrder(PictureSet contents, TrainingSession session)
{
    private long[] order = [];
    private long pass = -1;

    /// <summary>The rows at these places, counted from the run's first step.</summary>
    public long[] Of(long from, long until)
    {
        long[] rows = new long[until - from];
        for (long place = from; place < until; place++)
        {
            long now = place / contents.Count;
            if (now != pass)
            {
                pass = now;
                order = now == 0 && contents.IsShuffled ? [] : session.OrderOf(contents.Count, checked((int)now + 1));
            }
            long within = place % contents.Count;
            rows[place - from] = order.Length == 0 ? within : order[within];
        }
        return rows;
    }
}
