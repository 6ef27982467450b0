using System.Net.Http.Headers;

namespace PollHttp.Client;

/// <summary>Converts fields of the platform's collections to fields to send.</summary>
internal static class MessageFields
{
    public static HeaderList Of(HttpRequestHeaders headers)
    {
        var list = new HeaderList();
        foreach ((string name, HeaderStringValues values) in headers.NonValidated)
        {
            Add(list, name, values);
        }

        return list;
    }

    /// <summary>Adds one line, whose values are separated as the platform separates those of that name.</summary>
    public static void Add(HeaderList list, string name, in HeaderStringValues values) => list.Add(name, values.ToString());
}
