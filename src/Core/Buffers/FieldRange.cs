namespace PollHttp.Core;

/// <summary>Where one field's name and value lie in a <see cref="HeadStorage"/>.</summary>
internal struct FieldRange
{
    public int NameStart;
    public int NameLength;
    public int ValueStart;
    public int ValueLength;
}
