namespace GradientCI.Runner.Ingestion;

/// <summary>Finds points in a line: <c>{"chart": "loss", "y": 0.41, "x": 10}</c> or <c>{"metrics": {"loss": 0.4}, "step": 10}</c>.</summary>
/// <param name="takesFlatRows">Whether <c>{"step": 10, "loss": 0.4}</c> is a row too: in metric files, not in logs.</param>
internal sealed class MetricLineParser(bool takesFlatRows = false)
{
    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    private readonly FieldList _chart = new();
    private readonly FieldList _metrics = new();
    private readonly FieldList _flat = new();

    /// <summary>What the last line held; names are not checked yet.</summary>
    public FieldList Points { get; private set; } = new();

    /// <summary>The x of the last line's points, or null when it named none.</summary>
    public double? X { get; private set; }

    /// <summary>Reads a line without its end.</summary>
    /// <returns>False when the line is log text.</returns>
    public bool TryParse(ReadOnlySpan<byte> line)
    {
        var scanner = new JsonScanner(line.StartsWith(ByteOrderMark) ? line[ByteOrderMark.Length..] : line);
        if (!scanner.TryTake((byte)'{'))
        {
            return false;
        }

        _metrics.Clear();
        _flat.Clear();
        var row = default(Row);
        if (!scanner.TryTake((byte)'}'))
        {
            do
            {
                if (!TryReadMember(ref scanner, ref row))
                {
                    return false;
                }
            }
            while (scanner.TryTake((byte)','));

            if (!scanner.TryTake((byte)'}'))
            {
                return false;
            }
        }

        return scanner.Peek() == 0 && scanner.AtEnd && TryChoose(row);
    }

    private bool TryChoose(in Row row)
    {
        X = null;
        if (row.HasChart && row.Y is { } y)
        {
            _chart.Clear();
            _chart.Add(row.Chart, row.IsChartEscaped, y);
            Points = _chart;
            return TryTakeX(row.X) ?? TryTakeX(row.Step) ?? true;
        }

        if (_metrics.Count > 0)
        {
            Points = _metrics;
            return TryTakeX(row.Step) ?? TryTakeX(row.X) ?? true;
        }

        Points = _flat;
        return _flat.Count > 0
            && (TryTakeX(row.Step) ?? TryTakeX(row.Iteration) ?? TryTakeX(row.Epoch) ?? TryTakeX(row.X) ?? true);
    }

    // Null: the key was not there, so the next one is asked.
    private bool? TryTakeX(Number candidate)
    {
        X = candidate.Value;
        return candidate.IsThere ? X is { } x && double.IsFinite(x) : null;
    }

    private bool TryReadMember(ref JsonScanner scanner, ref Row row)
    {
        if (!scanner.TryReadString(out var key, out var isEscaped) || !scanner.TryTake((byte)':'))
        {
            return false;
        }

        if (key.SequenceEqual("chart"u8) && scanner.Peek() == '"')
        {
            return row.TryReadChart(ref scanner);
        }

        if (key.SequenceEqual("metrics"u8) && scanner.Peek() == '{')
        {
            return TryReadMetrics(ref scanner);
        }

        if (!TryReadNumber(ref scanner, out var number))
        {
            return false;
        }

        if (key.SequenceEqual("x"u8))
        {
            row.X = number;
        }
        else if (key.SequenceEqual("step"u8))
        {
            row.Step = number;
        }
        else if (takesFlatRows && key.SequenceEqual("iteration"u8))
        {
            row.Iteration = number;
        }
        else if (takesFlatRows && key.SequenceEqual("epoch"u8))
        {
            row.Epoch = number;
        }
        else
        {
            row.Y = key.SequenceEqual("y"u8) ? number.Value : row.Y;
            if (takesFlatRows && number.Value is { } value)
            {
                _flat.Add(key, isEscaped, value);
            }
        }

        return true;
    }

    private bool TryReadMetrics(ref JsonScanner scanner)
    {
        _metrics.Clear();
        scanner.TryTake((byte)'{');
        if (scanner.TryTake((byte)'}'))
        {
            return true;
        }

        do
        {
            if (!scanner.TryReadString(out var name, out var isEscaped) || !scanner.TryTake((byte)':') || !TryReadNumber(ref scanner, out var number))
            {
                return false;
            }

            if (number.Value is { } value)
            {
                _metrics.Add(name, isEscaped, value);
            }
        }
        while (scanner.TryTake((byte)','));

        return scanner.TryTake((byte)'}');
    }

    // False is broken JSON; a value of another type is a number without value; null is as if the key were not there.
    private static bool TryReadNumber(ref JsonScanner scanner, out Number number)
    {
        var next = scanner.Peek();
        if (next is >= (byte)'0' and <= (byte)'9' or (byte)'-' or (byte)'N' or (byte)'I' or (byte)'i')
        {
            var isNumber = scanner.TryReadNumber(out var value);
            number = new Number(IsThere: true, value);
            return isNumber;
        }

        if (next == '"')
        {
            var isString = scanner.TryReadString(out var raw, out _);
            number = new Number(IsThere: true, NonFinite.TryParse(raw, out var value) ? value : null);
            return isString;
        }

        if (next == 'n' && scanner.TryTakeNull())
        {
            number = default;
            return true;
        }

        number = new Number(IsThere: true, next == 'n' ? double.NaN : null);
        return scanner.TrySkipValue();
    }

    private readonly record struct Number(bool IsThere, double? Value);

    private ref struct Row
    {
        public ReadOnlySpan<byte> Chart;
        public bool IsChartEscaped;
        public bool HasChart;
        public double? Y;
        public Number X;
        public Number Step;
        public Number Iteration;
        public Number Epoch;

        public bool TryReadChart(ref JsonScanner scanner) => HasChart = scanner.TryReadString(out Chart, out IsChartEscaped);
    }
}
