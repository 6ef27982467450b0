using System.CommandLine;
using System.Text;
using System.Text.Json;
using PollHttp.Cli.Commands;

namespace PollHttp.Cli.Requests;

/// <summary>Reads from the command line the content to send. Files are checked here, before anything is sent.</summary>
internal sealed class ContentReader(ParseResult line, RequestSymbols symbols, CommandHost host)
{
    private const string FormType = "application/x-www-form-urlencoded";
    private const string JsonType = "application/json";

    /// <exception cref="CliException">A file is missing, or options exclude each other.</exception>
    public ContentSource? Read()
    {
        string[] data = line.GetValue(symbols.Data)!;
        string[] encoded = line.GetValue(symbols.DataUrlEncode)!;
        string[] parts = line.GetValue(symbols.Form)!;
        string? json = line.GetValue(symbols.Json);
        string? upload = line.GetValue(symbols.Upload);
        bool hasData = data.Length + encoded.Length > 0;
        int kinds = (hasData ? 1 : 0) + (parts.Length > 0 ? 1 : 0) + (json is null ? 0 : 1) + (upload is null ? 0 : 1);
        if (kinds > 1)
        {
            throw new CliException(ExitCode.Usage, "Only one of --data, --json, --form and --upload-file can be sent.");
        }

        return hasData ? ReadForm(data, encoded)
            : json is not null ? ReadJson(json)
            : parts.Length > 0 ? new MultipartReader(host).Read(parts)
            : upload is not null ? ReadUpload(upload)
            : null;
    }

    private ContentSource ReadForm(string[] data, string[] encoded)
    {
        using MemoryStream joined = new();
        foreach (byte[] piece in data.Select(ReadData).Concat(encoded.Select(text => Encoding.UTF8.GetBytes(Encode(text)))))
        {
            if (joined.Length > 0)
            {
                joined.WriteByte((byte)'&');
            }

            joined.Write(piece);
        }

        byte[] bytes = joined.ToArray();
        return new("POST", () => RequestContent.FromBytes(bytes, FormType)) { Form = Encoding.UTF8.GetString(bytes) };
    }

    private string Encode(string text)
    {
        int at = text.IndexOfAny(['=', '@']);
        string name = at < 0 ? "" : text[..at];
        string value = at < 0 ? text
            : text[at] == '=' ? text[(at + 1)..]
            : Encoding.UTF8.GetString(ReadFile(text[(at + 1)..], "--data-urlencode"));
        return name.Length == 0 ? Uri.EscapeDataString(value) : name + "=" + Uri.EscapeDataString(value);
    }

    private ContentSource ReadJson(string text)
    {
        byte[] bytes = ReadData(text);
        try
        {
            using JsonDocument document = JsonDocument.Parse(bytes);
        }
        catch (JsonException error)
        {
            throw new CliException(
                ExitCode.Usage,
                $"--json is not JSON (line {error.LineNumber + 1}, byte {error.BytePositionInLine + 1}). To send it as it is: -H 'Content-Type: {JsonType}' -d …",
                error);
        }

        return new("POST", () => RequestContent.FromBytes(bytes, JsonType)) { Accept = JsonType };
    }

    private ContentSource ReadUpload(string file)
    {
        if (file == "-")
        {
            return new("PUT", () => RequestContent.FromStream(host.Input));
        }

        string path = host.PathOf(file);
        InputFiles.Check(path, "--upload-file");
        return new("PUT", () => RequestContent.FromFile(path));
    }

    private byte[] ReadData(string text) => text.StartsWith('@') ? ReadFile(text[1..], "@") : Encoding.UTF8.GetBytes(text);

    private byte[] ReadFile(string name, string option)
    {
        if (name == "-")
        {
            using MemoryStream all = new();
            host.Input.CopyTo(all);
            return all.ToArray();
        }

        return InputFiles.Read(host.PathOf(name), option);
    }
}
