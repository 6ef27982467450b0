namespace PollHttp.Core.Http2;

/// <summary>
/// A budget for frames that cost us work and bring no response: what is useful gives back of it. Servers that behave never come near its end.
/// </summary>
internal struct FloodGuard
{
    /// <summary>The budget.</summary>
    public const int Most = 1_000;

    /// <summary>How many empty DATA frames may come in a row.</summary>
    public const int MostEmptyData = 100;

    private const int UsefulBytes = 1024;
    private const int SmallData = 32;

    private int _spent;
    private int _usefulBytes;
    private int _emptyData;

    /// <summary>Gets a value indicating whether the budget is used up.</summary>
    public readonly bool IsExhausted => _spent > Most || _emptyData > MostEmptyData;

    /// <summary>A frame came that brings nothing.</summary>
    public void Spend(int cost) => _spent += cost;

    /// <summary>A head came.</summary>
    public void OnHead() => GiveBack(1);

    /// <summary>DATA came, with so many octets of content.</summary>
    /// <returns>What it cost, to be given back when the application has read it: a stream of small messages is no flood.</returns>
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

    /// <summary>Something useful happened.</summary>
    public void GiveBack(int count) => _spent = Math.Max(0, _spent - count);
}
