namespace PollHttp.Core.Http2;

/// <summary>
/// Limits frames that cost work and bring no response, with a budget that useful frames restore. Well-behaved servers never come near its
/// end.
/// </summary>
internal struct FloodGuard
{
    /// <summary>The budget.</summary>
    public const int Most = 1_000;

    /// <summary>The number of empty DATA frames that may come in a row.</summary>
    public const int MostEmptyData = 100;

    private const int UsefulBytes = 1024;
    private const int SmallData = 32;

    private int _spent;
    private int _usefulBytes;
    private int _emptyData;

    /// <summary>Gets a value indicating whether the budget is used up.</summary>
    public readonly bool IsExhausted => _spent > Most || _emptyData > MostEmptyData;

    /// <summary>Records a frame that brings nothing useful.</summary>
    public void Spend(int cost) => _spent += cost;

    /// <summary>Records that a head came.</summary>
    public void OnHead() => GiveBack(1);

    /// <summary>Records a DATA frame and its octets of content.</summary>
    /// <param name="count">The number of octets of content.</param>
    /// <param name="isFree">True for a frame that costs nothing however small it is: the last one of a response, or one that was under way when
    /// the stream was reset.</param>
    /// <returns>The cost, which is given back when the application has seen the content: a stream of small messages is no flood.</returns>
    public int OnData(int count, bool isFree)
    {
        _emptyData = count == 0 && !isFree ? _emptyData + 1 : 0;
        int cost = count < SmallData && !isFree ? 1 : 0;
        Spend(cost);
        _usefulBytes += count;
        GiveBack(_usefulBytes / UsefulBytes);
        _usefulBytes %= UsefulBytes;
        return cost;
    }

    /// <summary>Restores a part of the budget after something useful.</summary>
    public void GiveBack(int count) => _spent = Math.Max(0, _spent - count);
}
