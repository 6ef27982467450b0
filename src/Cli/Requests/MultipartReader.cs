using System.Text;

namespace PollHttp.Cli.Requests;

/// <summary>Reads the parts of <c>--form</c>: <c>name=text</c>, <c>name=@file</c> as a file, <c>name=&lt;file</c> as text, each with
/// <c>;type=</c> and <c>;filename=</c>.</summary>
internal sealed class MultipartReader(CommandHost host)
{
    /// <exception cref="CliException">A part is malformed, or its file can't be read.</exception>
    public ContentSource Read(IReadOnlyList<string> texts)
    {
        List<Action<MultipartForm>> parts = [.. texts.Select(ReadPart)];
        return new("POST", () =>
        {
            MultipartForm form = new();
            parts.ForEach(add => add(form));
            return form;
        });
    }

    private Action<MultipartForm> ReadPart(string text)
    {
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0)
        {
            throw new CliException(ExitCode.Usage, $"--form '{text}': a part is written name=value.");
        }

        string name = text[..equals];
        string value = text[(equals + 1)..];
        return value switch
        {
            ['@', .. var file] => ReadFile(name, file),
            ['<', .. var file] => ReadText(name, file),
            _ => form => form.Add(name, value),
        };
    }

    private Action<MultipartForm> ReadFile(string name, string value)
    {
        (string file, string? type, string? fileName) = Split(value);
        if (file == "-")
        {
            byte[] input = ReadInput();
            return form => form.Add(name, RequestContent.FromBytes(input, type ?? "application/octet-stream"), fileName ?? "-");
        }

        string path = host.PathOf(file);
        InputFiles.Check(path, "--form");
        return form => form.AddFile(name, path, type ?? "application/octet-stream", fileName);
    }

    private Action<MultipartForm> ReadText(string name, string value)
    {
        (string file, string? type, _) = Split(value);
        byte[] text = file == "-" ? ReadInput() : InputFiles.Read(host.PathOf(file), "--form");
        return form => form.Add(name, type is null ? RequestContent.FromString(Encoding.UTF8.GetString(text)) : RequestContent.FromBytes(text, type));
    }

    private byte[] ReadInput()
    {
        using MemoryStream all = new();
        host.Input.CopyTo(all);
        return all.ToArray();
    }

    private static (string File, string? Type, string? FileName) Split(string value)
    {
        string[] pieces = value.Split(';');
        string? type = null;
        string? fileName = null;
        foreach (string piece in pieces.Skip(1))
        {
            if (piece.StartsWith("type=", StringComparison.Ordinal))
            {
                type = piece["type=".Length..];
            }
            else if (piece.StartsWith("filename=", StringComparison.Ordinal))
            {
                fileName = piece["filename=".Length..];
            }
            else
            {
                throw new CliException(ExitCode.Usage, $"--form: '{piece}' is neither type= nor filename=.");
            }
        }

        return (pieces[0], type, fileName);
    }
}
