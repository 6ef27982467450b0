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
    /// <returns>The cost, which is given back when the application has read the content: a stream of small messages is no flood.</returns>
    public int OnData(int count, bool isEnd)
    {
        _emptyData = count == 0 && !isEnd ? _emptyData + 1 : 0;
        int cost = count < SmallData && !isEnd ? 1 : 0;
        Spend(cost);
        _usefulBytes += count;
        GiveBack(_usefulBytes / UsefulBytes);
        _usefulBytes %= UsefulBytes;
        return cost;
    }

    /// <summary>Restores a part of the budget after something useful.</summary>
    public void GiveBack(int count) => _spent = Math.Max(0, _spent - count);
}
