namespace PollHttp.Core;

/// <summary>Locates the name and the value of one field in a <see cref="HeadStorage"/>.</summary>
internal struct FieldRange
{
    public int NameStart;
    public int NameLength;
    public int ValueStart;
    public int ValueLength;
}
