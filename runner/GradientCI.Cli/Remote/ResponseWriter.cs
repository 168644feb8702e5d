using System.Text;

namespace GradientCI.Cli.Remote;

/// <summary>Text for whoever asked a service for a command.</summary>
internal sealed class ResponseWriter : TextWriter
{
    private readonly Action<string> _send;

    /// <param name="send">Takes a piece of text.</param>
    public ResponseWriter(Action<string> send)
    {
        _send = send;
        CoreNewLine = ['\n'];
    }

    public override Encoding Encoding => Encoding.UTF8;

    public override void Write(char value) => _send($"{value}");

    public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

    public override void Write(string? value)
    {
        for (var rest = value ?? ""; rest.Length > 0;)
        {
            var length = Math.Min(rest.Length, ResponseLine.LargestPiece);
            if (length < rest.Length && char.IsHighSurrogate(rest[length - 1]))
            {
                length--;
            }

            _send(rest[..length]);
            rest = rest[length..];
        }
    }

    public override void WriteLine(string? value) => Write(value + "\n");
}
