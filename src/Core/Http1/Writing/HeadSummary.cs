namespace PollHttp.Core;

/// <summary>What a connection must know of the head it sends.</summary>
internal struct HeadSummary
{
    public bool HasHost;
    public bool HasUpgrade;
    public bool IsConnect;
    public bool AsksClose;
    public bool ExpectsContinue;
    public bool NamesUpgrade;
    public bool NamesTe;
}
