namespace GradientCI.Reports.Formats;

/// <summary>A way of writing a report. Pure, and safe to call from several threads.</summary>
public interface IReportFormat
{
    /// <summary>The name by which it is asked for: <c>markdown</c>.</summary>
    string Name { get; }

    /// <summary>The name of the file that it makes: <c>report.md</c>.</summary>
    string FileName { get; }

    /// <summary>Writes the report; the text ends with a line feed.</summary>
    string Write(Report report);
}
